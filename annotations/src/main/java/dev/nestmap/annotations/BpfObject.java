/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that the records nested in an interface are the maps of one BPF object. Each object has one C header and one
 * generated class.
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
}
