package io.anabranch.serve.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
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
    void everyRpcOfEveryServiceIsClassified() throws ReflectiveOperationException {
        Set<String> served = new TreeSet<>();
        for (JavaClass service : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.anabranch.serve.grpc")) {
            if (service.isAssignableTo(BindableService.class)) {
                Class<?> stubs = service.reflect().getSuperclass().getEnclosingClass();
                ServiceDescriptor descriptor = (ServiceDescriptor)
                        stubs.getMethod("getServiceDescriptor").invoke(null);
                descriptor.getMethods().stream()
                        .map(MethodDescriptor::getFullMethodName)
                        .forEach(served::add);
            }
        }
        assertThat(served).hasSizeGreaterThan(14).contains("anabranch.v1.PredictionService/Classify");

        // A row for what is not served opens nothing.
        assertThat(table.names()).containsAll(served);
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

        assertThat(RestTable.methods()).containsAll(served);
        assertThat(RestTable.methods())
                .allSatisfy(method -> assertThat(table.of(String.valueOf(RestTable.rpc(method))))
                        .as(method)
                        .isNotNull());
    }
}
