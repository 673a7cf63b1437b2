package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.resource.spi.ConfigProperty;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import java.beans.BeanInfo;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What ra.xml says is so (Jakarta Connectors 2.1, 21.4.1, 21.5 and 20.3). */
class DescriptorTest {

    private static final Path FILE = Path.of("..", "rar", "src", "main", "rar", "META-INF", "ra.xml");

    private final Document descriptor = read();

    private static Document read() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(Files.newInputStream(FILE));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(String element) {
        return textIn(descriptor.getDocumentElement(), element).orElseThrow();
    }

    private static Optional<String> textIn(Element parent, String element) {
        NodeList found = parent.getElementsByTagName(element);
        return found.getLength() == 0
                ? Optional.empty()
                : Optional.of(found.item(0).getTextContent().trim());
    }

    @ParameterizedTest
    @CsvSource({
        "resourceadapter-class, jakarta.resource.spi.ResourceAdapter",
        "managedconnectionfactory-class, jakarta.resource.spi.ManagedConnectionFactory",
        "connectionfactory-impl-class, javax.sql.DataSource",
        "connectionfactory-impl-class, jakarta.resource.Referenceable",
        "connectionfactory-impl-class, java.io.Serializable",
        "managedconnectionfactory-class, java.io.Serializable",
        "connection-impl-class, java.sql.Connection"
    })
    void itsClassesAreWhatTheyAreSaidToBe(String element, Class<?> type) throws Exception {
        assertThat(type).isAssignableFrom(Class.forName(text(element)));
    }

    @ParameterizedTest
    @CsvSource({
        "connectionfactory-interface, javax.sql.DataSource",
        "connection-interface, java.sql.Connection",
        "authentication-mechanism-type, BasicPassword",
        "credential-interface, jakarta.resource.spi.security.PasswordCredential",
        "reauthentication-support, false",
        "transaction-support, XATransaction"
    })
    void itSaysWhatTheAdapterCan(String element, String value) {
        assertThat(text(element)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resourceadapter-class", "managedconnectionfactory-class"})
    void itsBeansHaveAConstructorWithoutArguments(String element) throws Exception {
        assertThat(Class.forName(text(element)).getConstructor().newInstance()).isNotNull();
    }

    /** Also the annotations, for a container that reads those. */
    @Test
    void itsPropertiesAreThoseOfTheBean() throws Exception {
        Map<String, Boolean> described = new TreeMap<>();
        NodeList properties = descriptor.getElementsByTagName("config-property");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            assertThat(textIn(property, "config-property-type")).contains("java.lang.String");
            described.put(
                    textIn(property, "config-property-name").orElseThrow(),
                    textIn(property, "config-property-confidential").isPresent());
        }

        assertThat(described.keySet()).isEqualTo(annotated()).isEqualTo(settable());
        assertThat(described).containsEntry("password", true);
        assertThat(described.values()).containsOnlyOnce(true);
    }

    private static Set<String> annotated() {
        Class<?> factory = TerafyManagedConnectionFactory.class;
        Stream<String> fields = Arrays.stream(factory.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(ConfigProperty.class))
                .map(java.lang.reflect.Field::getName);
        Stream<String> setters = Arrays.stream(factory.getMethods())
                .filter(method -> method.isAnnotationPresent(ConfigProperty.class))
                .map(method -> Introspector.decapitalize(method.getName().substring(3)));
        return Stream.concat(fields, setters).collect(Collectors.toSet());
    }

    /** Those with a getter and a setter. */
    private static Set<String> settable() throws Exception {
        BeanInfo bean = Introspector.getBeanInfo(TerafyManagedConnectionFactory.class);
        return Arrays.stream(bean.getPropertyDescriptors())
                .filter(property -> property.getPropertyType() == String.class)
                .filter(property -> property.getReadMethod() != null && property.getWriteMethod() != null)
                .map(PropertyDescriptor::getName)
                .collect(Collectors.toSet());
    }

    @Test
    void theAdapterNeverSupportsMoreThanItSays() throws Exception {
        TransactionSupportLevel most = TransactionSupportLevel.valueOf(text("transaction-support"));

        assertThat(TransactionSupportLevel.values()).allMatch(level -> level.compareTo(most) <= 0);
        try (PoolFixture local = PoolFixture.shared()) {
            assertThat(local.factory.getTransactionSupport()).isLessThanOrEqualTo(most);
        }
    }
}
