package io.anabranch.serve.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import grpc.health.v1.HealthGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Whoever adds an RPC or a REST method must say who may call it. */
@NullUnmarked
class RpcTableTest {

    private final RpcTable table = new RpcTable(Role.ANYONE, Role.READER);

    @Test
    void everyRpcThatIsServedIsInTheTableAndNothingElse() throws ReflectiveOperationException {
        Set<String> served = new TreeSet<>();
        for (JavaClass service : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.anabranch.serve.grpc")) {
            if (service.isAssignableTo(BindableService.class) && !service.isInterface()) {
                for (Class<?> contract : service.reflect().getInterfaces()) {
                    if (contract.getSimpleName().equals("AsyncService")) {
                        addRpcs(contract.getEnclosingClass(), served);
                    }
                }
            }
        }
        assertThat(served).hasSizeGreaterThan(14).contains("anabranch.v1.PredictionService/Classify");
        // What Quarkus serves beside ours.
        addRpcs(HealthGrpc.class, served);
        addRpcs(ServerReflectionGrpc.class, served);
        addRpcs(grpc.reflection.v1alpha.ServerReflectionGrpc.class, served);

        assertThat(table.names()).containsExactlyInAnyOrderElementsOf(served);
    }

    private static void addRpcs(Class<?> stubs, Set<String> served) throws ReflectiveOperationException {
        ServiceDescriptor descriptor =
                (ServiceDescriptor) stubs.getMethod("getServiceDescriptor").invoke(null);
        descriptor.getMethods().stream()
                .map(MethodDescriptor::getFullMethodName)
                .forEach(served::add);
    }

    @Test
    void everyRestMethodStandsForAnRpc() {
        Set<String> served = new TreeSet<>();
        for (JavaClass resource : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.anabranch.serve.rest")) {
            if (resource.isAnnotatedWith(Path.class)) {
                for (JavaMethod method : resource.getMethods()) {
                    if (method.isMetaAnnotatedWith(HttpMethod.class)) {
                        served.add(resource.getSimpleName() + "." + method.getName());
                    }
                }
            }
        }
        assertThat(served).hasSizeGreaterThan(12).contains("PredictionResource.classify");

        assertThat(RestTable.methods()).containsExactlyInAnyOrderElementsOf(served);
        assertThat(RestTable.methods())
                .allSatisfy(method -> assertThat(table.of(String.valueOf(RestTable.rpc(method))))
                        .as(method)
                        .isNotNull());
    }
}
