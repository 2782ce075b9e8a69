/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.handle.SharedVariable;

/** A global variable that an accessor is created from. Generated code only passes it on. */
@SuppressWarnings("exports") // members that only the runtime calls
public final class VariableHandle {
    private final SharedVariable variable;

    /**
     * Creates a handle. The runtime calls it.
     *
     * @param variable the variable
     */
    VariableHandle(SharedVariable variable) {
        this.variable = variable;
    }

    /** {@return the variable, for the runtime} */
    public SharedVariable variable() {
        return variable;
    }
}
