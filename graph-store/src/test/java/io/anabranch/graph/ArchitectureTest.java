package io.anabranch.graph;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The graph knows nobody: neither transport nor storage nor a tensor library. Its packages form no cycle. */
final class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.anabranch.graph");

    @Test
    void dependsOnTheJdkAndPrimitiveCollectionsAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.anabranch.graph..",
                        "java..",
                        "jdk.incubator.vector",
                        "it.unimi.dsi.fastutil..",
                        "org.jspecify.annotations")
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.anabranch.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void arraysBelowKnowNoRulesAbove() {
        noClasses()
                .that()
                .resideInAnyPackage("io.anabranch.graph.adjacency", "io.anabranch.graph.feature")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.anabranch.graph", "io.anabranch.graph.snapshot", "io.anabranch.graph.hag..")
                .check(CLASSES);
    }

    @Test
    void sharedSumsAreSearchedThenSummedThenChosen() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("terms")
                .definedBy("io.anabranch.graph.hag")
                .layer("search")
                .definedBy("io.anabranch.graph.hag.search")
                .layer("maintenance")
                .definedBy("io.anabranch.graph.hag.maintenance")
                .layer("pass")
                .definedBy("io.anabranch.graph.hag.pass")
                .layer("choice")
                .definedBy("io.anabranch.graph.hag.choice")
                .layer("live")
                .definedBy("io.anabranch.graph.hag.live")
                .whereLayer("terms")
                .mayNotAccessAnyLayer()
                .whereLayer("search")
                .mayOnlyAccessLayers("terms")
                .whereLayer("maintenance")
                .mayOnlyAccessLayers("terms", "search")
                .whereLayer("live")
                .mayOnlyAccessLayers("terms", "maintenance")
                .whereLayer("pass")
                .mayOnlyAccessLayers("terms", "search")
                .check(CLASSES);
    }
}
