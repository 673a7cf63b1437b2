package com.terafy.monitor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The pure core stays pure: it runs without a container and without a database. */
class ArchitectureTest {

    private final JavaClasses ours = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("com.terafy.monitor");

    @Test
    void theCoreDependsOnTheApiAndTheJdkOnly() {
        classes()
                .that()
                .resideInAnyPackage("..backends..", "..redaction..", "..history..", "..json..", "..problems..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "com.terafy.api..", "com.terafy.monitor..")
                .check(ours);
    }

    @Test
    void jdbcIsUsedByTheSnapshotsAndNobodyReadsRowsElsewhere() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..snapshot..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.sql.ResultSet")
                .check(ours);
    }

    @Test
    void packagesMakeNoCircles() {
        slices().matching("com.terafy.monitor.(*)..").should().beFreeOfCycles().check(ours);
    }
}
