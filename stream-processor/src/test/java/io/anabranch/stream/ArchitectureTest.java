package io.anabranch.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.anabranch.stream");

    @Test
    void nd4jStaysOutside() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.bytedeco..", "io.anabranch.learn..", "io.anabranch.serve..")
                .check(CLASSES);
    }

    @Test
    void theEngineKnowsNoKafkaNoProtobufAndNoFramework() {
        noClasses()
                .that()
                .resideInAPackage("io.anabranch.stream.propagation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "com.google.protobuf..",
                        "io.anabranch.event..",
                        "io.anabranch.halo..",
                        "io.anabranch.embedding..",
                        "io.anabranch.model..",
                        "io.quarkus..",
                        "io.micrometer..",
                        "jakarta..",
                        "io.anabranch.stream.wire..",
                        "io.anabranch.stream.state..",
                        "io.anabranch.stream.ingest..")
                .check(CLASSES);
    }

    @Test
    void frozenModelsKnowNoKafkaAndNoFramework() {
        noClasses()
                .that()
                .resideInAPackage("io.anabranch.stream.frozen..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "io.quarkus..",
                        "io.micrometer..",
                        "jakarta..",
                        // How a step is told to a cell, and exact products, are the trainer's too.
                        "io.anabranch.graph",
                        "io.anabranch.graph.hag..",
                        "io.anabranch.graph.snapshot..")
                .check(CLASSES);
    }

    @Test
    void ingestIsAFunctionOfTheRecord() {
        noClasses()
                .that()
                .resideInAPackage("io.anabranch.stream.ingest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "java.time.Clock", "io.quarkus..", "io.anabranch.graph..")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void onlyTheWiringKnowsTheFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.anabranch.stream.ingest..",
                        "io.anabranch.stream.deadletter..",
                        "io.anabranch.stream.state..",
                        "io.anabranch.stream.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "org.eclipse.microprofile..", "io.micrometer..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.anabranch.stream.(**)").should().beFreeOfCycles().check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.anabranch.stream.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.anabranch.stream")
                .check(CLASSES);
    }
}
