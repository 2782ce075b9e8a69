/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a {@link BpfObject} has a program. The generated class then has a method that returns the program.
 *
 * <pre>{@code
 * @BpfObject("tenant_flows")
 * @BpfProgram(value = "count", section = "xdp") interface TenantFlows {}
 *
 * bpf.count().attach(Xdp.on("eth0"));
 * }</pre>
 *
 * <p>The Maven plugin and the load compare the declaration with the object. Both reject the object if it has no program with this name in
 * this section. Undeclared programs are allowed: {@code bpf.program("name")} returns any program.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@Repeatable(BpfProgram.All.class)
public @interface BpfProgram {
    /** {@return the name of the C function} */
    String value();

    /**
     * {@return the program's section in C, such as {@code xdp} for {@code SEC("xdp")}; by default, any section} If you name a section without its
     * target, such as {@code kprobe}, programs in sections with a target are accepted, too, such as {@code kprobe/do_unlinkat}.
     */
    String section() default "";

    /**
     * {@return the section that determines the program type and the attach type; by default, the program's own section} If libbpf does not know the
     * program's own section, such as {@code from-container}, name one that it knows: {@code loadAs = "tcx/ingress"}. If the verifier needs a target,
     * name the target here: {@code fentry/do_unlinkat}.
     */
    String loadAs() default "";

    /**
     * {@return the name of the method in the generated class; by default, the name of the C function in camel case} Set it if the class
     * already has a method of that name, such as {@code close} or {@code load}.
     */
    String method() default "";

    /** The container for several {@link BpfProgram} annotations on one interface. The compiler inserts it. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.CLASS)
    @interface All {
        /** {@return the annotations, in source order} */
        BpfProgram[] value();
    }
}
