package io.anabranch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.anabranch.standalone", "io.anabranch.cli");

    @Test
    void theInstanceKnowsNothingOfTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("io.anabranch.standalone..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.anabranch.cli..", "picocli..", "me.tongfei..")
                .check(classes);
    }

    @Test
    void onlyTheInstanceStartsBrokersAndQuarkus() {
        noClasses()
                .that()
                .resideInAPackage("io.anabranch.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kafka..", "org.apache.kafka..", "jakarta..")
                .check(classes);
    }

    @Test
    void paymentsAreOnlyEvents() {
        noClasses()
                .that()
                .resideInAPackage("io.anabranch.standalone.payments")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "io.anabranch.standalone.payments..",
                        "io.anabranch.event.v1..",
                        "com.google.protobuf..",
                        "org.jspecify..")
                .check(classes);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.anabranch.(**)").should().beFreeOfCycles().check(classes);
    }
}
