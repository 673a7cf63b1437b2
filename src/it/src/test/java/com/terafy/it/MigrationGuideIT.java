package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing that can be set of WildFly's own datasources is missing in the migration guide. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class MigrationGuideIT {

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @ParameterizedTest
    @EnumSource
    void everyAttributeOfWildflysDatasourcesIsInTheGuideAndNothingElse(MigrationGuide guide) {
        Set<String> attributes = new TreeSet<>();
        try (Management management = Management.ofServer()) {
            attributes.addAll(management.describeDatasource("data-source"));
            attributes.addAll(management.describeDatasource("xa-data-source"));
        }
        assertThat(attributes).contains("max-pool-size", "xa-datasource-class", "connection-properties");
        assertThat(guide.names(1)).isEqualTo(attributes);
    }
}
