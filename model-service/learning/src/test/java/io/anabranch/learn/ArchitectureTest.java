package io.anabranch.learn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls of this module. */
class ArchitectureTest {

    private static final String[] NUMERIC_BACKEND = {"org.nd4j..", "org.bytedeco.."};

    static {
        // The rules need names of other libraries' classes only; reading all of those takes half a minute.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    }

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.anabranch.learn");

    @Test
    void onlyTensorsAndAutodiffKnowTheNumericBackend() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..learn.tensor..", "..learn.autodiff..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(NUMERIC_BACKEND)
                .check(classes);
    }

    @Test
    void tensorsHideTheNumericBackendFromTheirCallers() {
        noClasses()
                .that()
                .resideInAPackage("..learn.autodiff..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(NUMERIC_BACKEND)
                .because("ops are made of the kernels of learn.tensor")
                .check(classes);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.anabranch.learn.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void theNumericCoreKnowsNoGraphAndNoWireFormat() {
        noClasses()
                .that()
                .resideInAnyPackage("..learn.tensor..", "..learn.autodiff..", "..learn.nn..", "..learn.optim..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.anabranch.graph..", "io.anabranch.event..", "io.anabranch.model..", "com.google..")
                .check(classes);
    }

    @Test
    void noAppOrTransportIsKnown() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "org.apache.kafka..",
                        "io.grpc..",
                        "io.anabranch.stream..",
                        "io.anabranch.serve..")
                .check(classes);
    }

    @Test
    void ofTheWireVocabularyOnlyModelsAreKnown() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.anabranch.event..",
                        "io.anabranch.halo..",
                        "io.anabranch.embedding..",
                        "io.anabranch.graph.v1..",
                        "io.anabranch.v1..")
                .because("a model is written once, in its wire form; nothing else of the wire concerns learning")
                .check(classes);
    }
}
