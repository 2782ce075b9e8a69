/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that the records nested in an interface are the maps and global variables of one BPF object. Each object has one C header and
 * one generated class.
 *
 * <p>{@code @BpfObject("tenant_flows") interface TenantFlows} has the C header {@code META-INF/bpf/include/tenant_flows.bpf.h},
 * the object file {@code META-INF/bpf/tenant_flows.bpf.o}, which the generated class loads, and the generated class {@code
 * TenantFlowsBpf}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface BpfObject {
    /** {@return the name of the object and its header, a C identifier; by default the interface's name in snake case} */
    String value() default "";

    /** {@return a prefix for all names in C, or empty} Use a prefix if {@code vmlinux.h} already declares one of the names. */
    String prefix() default "";

    /**
     * {@return whether Nestmap generates a C header for the object} Set it to {@code false} for an object whose C code somebody else wrote.
     * The records then describe those maps of the object that Java uses:
     *
     * <ul>
     *   <li>They may leave out {@code maxEntries}, flags and slots, which the object determines. What they state is checked.
     *   <li>They may use other names for structs, fields and constants, but not for maps: set {@code name} where the name in C is not the
     *       record's name in snake case.
     *   <li>They may read bytes as another type: an {@code Inet4Address} or {@code @Be32 long} in a {@code __u32}, an {@code Inet6Address}
     *       in an array of integers, a {@code String} or {@code ByteString} in bytes or characters, a {@code boolean} in a {@code __u8}, an
     *       enum in an integer, a record in bytes, a {@code @U64 long} in a pointer.
     * </ul>
     *
     * <p>If a size, offset, sign or byte order contradicts the object, loading the object fails.
     */
    boolean header() default true;
}
