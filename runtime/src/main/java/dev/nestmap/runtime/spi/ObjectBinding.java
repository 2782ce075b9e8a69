/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

/**
 * The loaded or in-memory object of a generated class. Its maps match the records. Generated code gets the bindings of its accessors from
 * it.
 */
public interface ObjectBinding {
    /**
     * Returns the binding of a map for its accessor.
     *
     * @param name name of the map in C
     * @return the binding
     */
    MapBinding map(String name);
}
