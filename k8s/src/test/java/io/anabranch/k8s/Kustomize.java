package io.anabranch.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;

/** {@code kubectl kustomize}, where there is a kubectl. */
final class Kustomize {

    /** Folder of this module; Maven runs tests there. */
    static final Path MODULE = Path.of("").toAbsolutePath();

    private Kustomize() {}

    static boolean present() {
        try {
            return new ProcessBuilder("kubectl", "version", "--client")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @param folder relative to this module, such as {@code overlays/dev} */
    static String render(String folder) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "kubectl", "kustomize", MODULE.resolve(folder).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String rendered = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("kubectl kustomize %s failed; its words are above.".formatted(folder));
        }
        return rendered;
    }
}
