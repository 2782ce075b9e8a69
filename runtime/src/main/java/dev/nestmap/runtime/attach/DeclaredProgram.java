/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Objects;

/**
 * The declaration of a program by {@code @BpfProgram}. Generated classes have a constant for each program: {@code TenantFlowsBpf.COUNT}.
 *
 * @param <P> the kind of the program
 */
public sealed class DeclaredProgram<P> {
    private final String name;

    /**
     * Creates a declaration. Generated code calls it.
     *
     * @param name name of the C function
     */
    public DeclaredProgram(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** {@return the name of the C function} */
    public String name() {
        return name;
    }

    /** {@return the name of the C function} */
    @Override
    public String toString() {
        return name;
    }

    /**
     * A program whose section names its target.
     *
     * @param <P> the kind of the program
     */
    public static final class Targeted<P> extends DeclaredProgram<P> {
        /**
         * Creates a declaration. Generated code calls it.
         *
         * @param name name of the C function
         */
        public Targeted(String name) {
            super(name);
        }
    }
}
