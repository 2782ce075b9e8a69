/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An interface whose nested records are the maps of one BPF object: one C header, one generated class.
 *
 * <p>For {@code @BpfObject("tenant_flows") interface TenantFlows} the C header is
 * {@code META-INF/bpf/include/tenant_flows.bpf.h}, the object that is loaded is {@code META-INF/bpf/tenant_flows.bpf.o}
 * and the generated class is {@code TenantFlowsBpf}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface BpfObject {
    /** Name of the object and its header, a C identifier. By default the interface's name in snake case. */
    String value() default "";

    /** Put before every name that reaches C, where a name would clash with one of the kernel's ({@code vmlinux.h}). */
    String prefix() default "";
}
