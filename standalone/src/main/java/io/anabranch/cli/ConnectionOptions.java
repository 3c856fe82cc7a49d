package io.anabranch.cli;

import io.anabranch.standalone.Instance;
import io.anabranch.standalone.InstanceFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which instance a command talks to: that of a folder, or a model service anywhere. */
final class ConnectionOptions {

    @Mixin
    private FolderOptions folder = new FolderOptions();

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "gRPC address of a model service, instead of a folder's instance.")
    private @Nullable String address;

    @Mixin
    private CredentialOptions credentials = new CredentialOptions();

    ServiceClient connect() {
        if (address != null) {
            int colon = address.lastIndexOf(':');
            String port = address.substring(colon + 1);
            if (colon < 1 || !port.matches("\\d{1,5}")) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "The address (%s) must be HOST:PORT, such as localhost:9090.".formatted(address));
            }
            return connect(address.substring(0, colon), Integer.parseInt(port));
        }
        InstanceFolder running = folder.findRunning();
        Instance instance = running == null ? null : running.read();
        if (instance == null) {
            throw new CommandFailure(ExitCode.UNAVAILABLE, """
                    No instance runs %s.
                    Maybe start one with ./anabranch serve, or name another with --data or --address.""".formatted(folder.describe()));
        }
        return connect("127.0.0.1", instance.grpcPort());
    }

    private ServiceClient connect(String host, int port) {
        return ServiceClient.connect(
                host, port, credentials.channel(), credentials.serverName(), credentials.token(host));
    }
}
