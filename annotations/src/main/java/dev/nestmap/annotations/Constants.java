/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a record in a {@link BpfObject} interface is a constant of the programs. Java passes its value when it loads the object,
 * and nobody can change it afterwards. The verifier knows the value, so it removes the branches that the value disables.
 *
 * <p>In C, {@code @Constants record Config(@U32 long sampleRate, Inet4Address vip) {}} is {@code const volatile struct config config}. A
 * record with one component is a variable of the component's C type: {@code const volatile __u32 sample_rate}.
 *
 * <p>In Java, pass the record to {@code load} of the generated class: {@code TenantFlowsBpf.load(new Config(100, vip))}. Or pass it between
 * {@code open} and {@code load}: {@code TenantFlowsBpf.open().config(new Config(100, vip)).load()}. {@code bpf.config()} returns the value.
 * If the caller of an existing object ({@link BpfObject#existing}) sets no value, the object keeps its own.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Constants {
    /**
     * {@return the ELF section: {@code .rodata}, or a name that begins with {@code .rodata.} and continues with letters, digits, dots or
     * underscores} libbpf makes one map from each section.
     */
    String section() default ".rodata";
}
