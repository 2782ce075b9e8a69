/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An inner map that is in a slot of an outer map from the start, on the {@link OuterMap} record. It is a variable of the object
 * in C, and a method of the generated class in Java. The same name in several slots, or on several outer maps of one object,
 * is the same map.
 *
 * <p>On a {@link BpfMap} record of type {@link MapType#PROG_ARRAY} it is a program that is in the slot from the start.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@Repeatable(Slots.class)
public @interface Slot {
    /**
     * The key: a number, or one for each number that a compound key is made of, in order. An enum's constant is the number that
     * it has in C, {@code false} is 0 and {@code true} 1.
     */
    long[] index();

    /**
     * C name of the inner map, after the object's prefix. The method that returns it is called the same in Java's way. Of a
     * program the name of the C function, as it is.
     */
    String name();
}
