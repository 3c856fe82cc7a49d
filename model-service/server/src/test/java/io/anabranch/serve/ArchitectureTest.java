package io.anabranch.serve;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.anabranch.serve");

    @Test
    void transportKnowsUseCasesAndUseCasesKnowTheRegistry() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("ops")
                .definedBy("io.anabranch.serve.ops..")
                .layer("transport")
                .definedBy("io.anabranch.serve.grpc..", "io.anabranch.serve.rest..")
                .layer("feed")
                .definedBy("io.anabranch.serve.feed..")
                .layer("inference")
                .definedBy("io.anabranch.serve.inference..")
                .layer("guard")
                .definedBy("io.anabranch.serve.guard..")
                .layer("wire")
                .definedBy("io.anabranch.serve.wire..")
                .layer("use cases")
                .definedBy(
                        "io.anabranch.serve.audit..",
                        "io.anabranch.serve.explain..",
                        "io.anabranch.serve.history..",
                        "io.anabranch.serve.map..",
                        "io.anabranch.serve.predict..",
                        "io.anabranch.serve.train..",
                        "io.anabranch.serve.watch..",
                        "io.anabranch.serve.recompute..",
                        "io.anabranch.serve.ingest..")
                .layer("registry")
                .definedBy("io.anabranch.serve.registry..")
                .whereLayer("ops")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("transport")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("feed")
                .mayOnlyBeAccessedByLayers("ops")
                .whereLayer("inference")
                .mayOnlyBeAccessedByLayers("transport", "ops")
                .whereLayer("wire")
                .mayOnlyBeAccessedByLayers("transport", "inference", "ops")
                .whereLayer("guard")
                .mayOnlyBeAccessedByLayers("transport", "wire", "inference", "ops")
                .whereLayer("use cases")
                .mayOnlyBeAccessedByLayers("wire", "inference", "feed", "ops", "transport")
                .whereLayer("registry")
                .mayOnlyBeAccessedByLayers("use cases", "wire", "inference", "feed", "ops")
                .check(classes);
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("io.anabranch.serve.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void useCasesKnowNoTransportKafkaOrTensorLibrary() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.anabranch.serve.audit..",
                        "io.anabranch.serve.explain..",
                        "io.anabranch.serve.history..",
                        "io.anabranch.serve.map..",
                        "io.anabranch.serve.predict..",
                        "io.anabranch.serve.train..",
                        "io.anabranch.serve.watch..",
                        "io.anabranch.serve.recompute..",
                        "io.anabranch.serve.ingest..",
                        "io.anabranch.serve.registry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.anabranch.v1..", "io.grpc..", "jakarta.ws.rs..", "org.apache.kafka..", "io.quarkus..")
                .check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.anabranch.serve.ann..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.jbellis..")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("io.anabranch.serve.ann..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.anabranch.serve.predict..", "io.anabranch.serve.registry..")
                .check(classes);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
                .check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.anabranch.serve.feed..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..")
                .check(classes);
    }
}
