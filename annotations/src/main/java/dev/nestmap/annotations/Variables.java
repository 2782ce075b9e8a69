/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a record in a {@link BpfObject} interface is a global variable. Java reads and writes it in shared memory while programs
 * run. Variables are never pinned, so each load starts with a new variable.
 *
 * <p>In C, {@code @Variables record Stats(@U64 long packets, @U64 long bytes) {}} is {@code struct stats stats}. A record with one
 * component is a variable of the component's C type: {@code __u64 hits[64]}.
 *
 * <p>In Java, {@code bpf.stats()} of the generated class reads and writes it.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Variables {
    /**
     * {@return whether Java passes the initial value as a parameter of {@code load}, as it does for {@link Constants}} Otherwise all bytes are zero
     * after the load.
     */
    boolean setAtLoad() default false;

    /**
     * {@return the ELF section: {@code .bss}, {@code .data}, or a name that begins with {@code .bss.} or {@code .data.} and continues with
     * letters, digits, dots or underscores} libbpf makes one map from each section.
     */
    String section() default ".bss";
}
