package com.terafy.delegates;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Asks for an abstract class, in the package of the annotated class, that implements interfaces by passing every method,
 * default methods included, on to an object of the driver.
 *
 * <p>With the first of {@link #of()} being {@code Connection}, the class has
 *
 * <ul>
 *   <li>a package-private field {@code connection} of the {@link #driver()} type, null once the handle is closed,
 *   <li>{@code connection()}, which gives it or fails with {@code closedError()}, and {@code openConnection()}, the same
 *       for methods that declare no {@link java.sql.SQLException} and therefore fail with an
 *       {@link IllegalStateException},
 *   <li>{@code detach()}, which sets it to null,
 *   <li>a constructor with the parameters of the superclass's only constructor; the last of them becomes the driver's
 *       object if that fits, otherwise one is added.
 * </ul>
 *
 * <p>Each generated method fetches the driver's object, calls it, and passes an {@link java.sql.SQLException} of the
 * driver through {@code failed(e)} before it throws it. A method that declares only a narrower exception, such as
 * {@link java.sql.SQLClientInfoException}, is not generated: how a closed handle fails there is for the subclass to say.
 */
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
public @interface GenerateDelegate {

    /** Simple name of the class to write. */
    String name();

    /**
     * Its superclass, which has {@code void detach()}, {@code SQLException failed(SQLException)} and {@code SQLException
     * closedError()}.
     */
    Class<?> superclass();

    /** Static type of the driver's object. An interface of {@link #of()} that it does not extend is reached by a cast. */
    Class<?> driver();

    /** The interfaces to implement. */
    Class<?>[] of();

    /** Interfaces whose methods the superclass has already. */
    Class<?>[] inherited() default {};

    /** Results of these types are returned as {@code handle(result)}; the method is to be written in the subclass. */
    Class<?>[] wrapped() default {};

    /** As {@link #wrapped()}, but {@code handle(result, text)} with the method's first parameter, the SQL text. */
    Class<?>[] wrappedWithText() default {};

    /** What else to call around certain methods. */
    Hook[] hooks() default {};

    /** Calls to the subclass around methods that are chosen by the beginnings of their names. */
    @Retention(RetentionPolicy.SOURCE)
    @Target({})
    @interface Hook {

        /** Beginnings of the names of the methods. */
        String[] methods();

        /** Method to call before, on an open handle; may throw only what all the hooked methods declare. */
        String before();

        /** True: where the hooked method's first parameter is a String, {@link #before()} is called with it. */
        boolean withText() default false;

        /** Method to call after, whatever the outcome; empty: none. */
        String after() default "";
    }
}
