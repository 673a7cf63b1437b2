package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing of HikariCP's is missing in the migration guide; for WildFly's datasource see {@link MigrationGuideIT}. */
class MigrationGuideTest {

    @ParameterizedTest
    @EnumSource
    void everyPropertyOfHikariIsInTheGuideAndNothingElse(MigrationGuide guide) {
        Set<String> properties = Arrays.stream(HikariConfig.class.getMethods())
                .map(Method::getName)
                .filter(name -> name.startsWith("set"))
                .map(name -> Character.toLowerCase(name.charAt(3)) + name.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(properties).contains("maximumPoolSize");
        assertThat(guide.names(2)).isEqualTo(properties);
    }
}
