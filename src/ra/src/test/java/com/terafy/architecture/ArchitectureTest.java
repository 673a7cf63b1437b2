package com.terafy.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom. The module poms keep most of it; what they cannot say stands here: that {@code pool} stays pure
 * although it could import anything of the JDK, and that packages make no circles inside a module.
 *
 * <p>It stands in the adapter's module because that one sees {@code api} and {@code pool}, too. The modules above it
 * ({@code cleanup}, {@code monitor}) have nothing of ours but {@code api} on their class path.
 */
class ArchitectureTest {

    private static final String[] JDK = {"java..", "org.jspecify.annotations.."};

    private final JavaClasses ours = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("com.terafy.api", "com.terafy.pool", "com.terafy.ra");

    @Test
    void theApiDependsOnTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("com.terafy.api..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(with(JDK, "javax.sql..", "jdk.jfr..", "com.terafy.api..")))
                .check(ours);
    }

    @Test
    void thePolicyDependsOnTheApiAndTheJdkOnlyAndOnNoJdbc() {
        classes()
                .that()
                .resideInAPackage("com.terafy.pool..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(with(JDK, "com.terafy.api..", "com.terafy.pool.."))
                        .and(not(resideInAnyPackage("java.sql.."))))
                .check(ours);
    }

    @Test
    void thePolicyKnowsNoWallClock() {
        noClasses()
                .that()
                .resideInAPackage("com.terafy.pool..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .because("idle arithmetic takes its time from one Ticker")
                .check(ours);
    }

    @Test
    void nobodyKnowsTheAdapterButItself() {
        noClasses()
                .that()
                .resideOutsideOfPackage("com.terafy.ra..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.terafy.ra..")
                .check(ours);
    }

    /** Jakarta Connectors 2.1, 21.2.0.4: one or the other, never both. */
    @Test
    void nothingOfJavaEeIsUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "javax.annotation..",
                        "javax.ejb..",
                        "javax.enterprise..",
                        "javax.inject..",
                        "javax.persistence..",
                        "javax.resource..",
                        "javax.transaction",
                        "javax.validation..")
                .check(ours);
    }

    /** Any other would not load where the server has none. */
    @Test
    void oneClassKnowsOpenTelemetry() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("com.terafy.ra.spans.CurrentSpan")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .check(ours);
    }

    /** Any other would not load where the server has none. */
    @Test
    void oneClassKnowsElytron() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("com.terafy.ra.passwords.ElytronPasswords")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.wildfly..")
                .check(ours);
    }

    @Test
    void packagesMakeNoCircles() {
        slices().matching("com.terafy.(**)").should().beFreeOfCycles().check(ours);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked = ours.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(named -> !named.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .toList();
        assertThat(unmarked).isEmpty();
    }

    private static String[] with(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
