/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.binding.BoundObject;

/**
 * The loaded or in-memory object of a generated class. Its maps match the records. Generated code gets the bindings of its accessors from
 * it.
 */
public sealed interface ObjectBinding permits BoundObject {
    /**
     * Returns the binding of a map for its accessor.
     *
     * @param name name of the map in C
     * @return the binding
     */
    MapBinding map(String name);
}
