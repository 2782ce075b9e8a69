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
 * <p>For {@code @BpfObject("tenant_flows") interface TenantFlows}, the C header is {@code META-INF/bpf/include/com/acme/tenant_flows.bpf.h}
 * if the interface is in the package {@code com.acme}. The generated class {@code TenantFlowsBpf} loads the object file {@code
 * META-INF/bpf/com/acme/tenant_flows.bpf.o}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface BpfObject {
    /** {@return the name of the object and its header, a C identifier; by default the interface's name in snake case} */
    String value() default "";

    /**
     * {@return earlier names of the object} A load upgrades the pinned maps of another version only if its object had the current name or one of
     * these.
     */
    String[] was() default {};

    /**
     * {@return a prefix for the names in C that Nestmap derives from names in Java, or empty} Use a prefix if {@code vmlinux.h} already declares
     * one of the names. A name that an annotation states, as in {@link Name} or {@link InnerMap#instances}, is exact: Nestmap
     * adds no prefix.
     */
    String prefix() default "";

    /**
     * {@return whether the object exists already, with C code that does not include a header of Nestmap} Nestmap then generates no header.
     * The records describe the maps that Java uses:
     *
     * <ul>
     *   <li>They may leave out {@code maxEntries} and flags, because the object determines them. Nestmap checks the values that they
     *       state.
     *   <li>They may use other names for structs, fields and constants, but not for maps: use {@link Name} if a map's name in C is not the
     *       record's name in snake case.
     *   <li>They may read some C types as a different type. For example, they may read {@code __u32} as {@code Inet4Address} or {@code @Be32 long},
     *       {@code __u8} as {@code boolean}, bytes as {@code ByteString} or a record, and an integer as an enum. docs/reference/types.md lists all
     *       such types.
     * </ul>
     *
     * <p>If a size, offset, sign or byte order contradicts the object, loading the object fails.
     */
    boolean existing() default false;
}
