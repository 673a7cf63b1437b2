package com.terafy.ra.connect;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * An authentication plugin of the driver whose class is in a module of the server: it implements the interface of that
 * module's driver, which is not the one in terafy.ear, and so the driver would refuse it. The driver makes a new one for each
 * login. Not thread-safe.
 *
 * @see <a href="https://jdbc.postgresql.org/documentation/use/#connection-parameters">pgjdbc,
 *     authenticationPluginClassName</a>
 */
public final class ModulePlugin implements AuthenticationPlugin {

    /** The property of a login that names the class; the driver does not know it. */
    private static final String WANTED = "terafy.authenticationPluginClassName";

    private static final String ASKED = "getPassword";

    private final String name;
    private final Properties login;

    /** Called by the driver with the properties of the login; what it throws here the driver would not pass on. */
    public ModulePlugin(Properties login) {
        this.name = login.getProperty(WANTED, "");
        this.login = new Properties();
        this.login.putAll(login);
        this.login.remove(WANTED);
        PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.set(this.login, name);
    }

    /**
     * Stands before the plugin that the properties name, if that is of another driver's.
     *
     * @throws SQLException invalid_parameter_value, if there is no such class
     */
    static void standBefore(Properties login) throws SQLException {
        String name = PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.getOrDefault(login);
        if (name == null || name.isEmpty()) {
            return;
        }
        try {
            if (!AuthenticationPlugin.class.isAssignableFrom(find(name))) {
                login.setProperty(WANTED, name);
                PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.set(login, ModulePlugin.class.getName());
            }
        } catch (ClassNotFoundException missing) {
            throw new PSQLException(
                    "There is no class " + name
                            + ". If it is in a module of the server, have the server show the module"
                            + " to its deployments: /subsystem=ee:list-add(name=global-modules, value={name=…}).",
                    PSQLState.INVALID_PARAMETER_VALUE,
                    missing);
        }
    }

    private static Class<?> find(String name) throws ClassNotFoundException {
        return Class.forName(name, true, ModulePlugin.class.getClassLoader());
    }

    private static boolean answers(Method method) {
        return method.getName().equals(ASKED)
                && method.getParameterCount() == 1
                && method.getParameterTypes()[0].isEnum()
                && method.getReturnType() == char[].class;
    }

    /** As the driver does: with the properties of the login, or without. */
    private static Object make(Class<?> type, Properties login) throws ReflectiveOperationException {
        for (Constructor<?> constructor : type.getConstructors()) {
            if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {Properties.class})) {
                return constructor.newInstance(login);
            }
        }
        return type.getConstructor().newInstance();
    }

    @Override
    public char @Nullable [] getPassword(AuthenticationRequestType type) throws PSQLException {
        try {
            Class<?> plugin = find(name);
            Method method = Arrays.stream(plugin.getMethods())
                    .filter(ModulePlugin::answers)
                    .findFirst()
                    .orElseThrow(() -> new NoSuchMethodException(ASKED + "(AuthenticationRequestType)"));
            return (char[]) method.invoke(make(plugin, login), theirs(method, type));
        } catch (InvocationTargetException failed) {
            throw passedOn(failed.getTargetException());
        } catch (ReflectiveOperationException wrong) {
            throw new PSQLException(
                    "The class " + name + " is no authentication plugin of the driver: " + wrong,
                    PSQLState.INVALID_PARAMETER_VALUE,
                    wrong);
        }
    }

    /** The same constant of their enum; nothing where their driver is older and has none. */
    private static @Nullable Object theirs(Method method, AuthenticationRequestType type) {
        return Arrays.stream(method.getParameterTypes()[0].getEnumConstants())
                .filter(constant -> constant.toString().equals(type.toString()))
                .findFirst()
                .orElse(null);
    }

    /** What a plugin does not say a reason for may pass, as when whoever gives tokens is away. */
    private static PSQLException passedOn(Throwable failure) {
        if (failure instanceof SQLException told) {
            return new PSQLException(String.valueOf(told.getMessage()), stateOf(told.getSQLState()), told);
        }
        return new PSQLException(
                "The authentication plugin failed: " + failure, PSQLState.CONNECTION_UNABLE_TO_CONNECT, failure);
    }

    private static PSQLState stateOf(@Nullable String sqlState) {
        return Arrays.stream(PSQLState.values())
                .filter(state -> state.getState().equals(sqlState))
                .findFirst()
                .orElse(PSQLState.CONNECTION_UNABLE_TO_CONNECT);
    }
}
