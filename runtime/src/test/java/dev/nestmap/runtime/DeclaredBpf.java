/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** Found by its name only. */
final class DeclaredBpf {
    private DeclaredBpf() {}

    public static LoadedObject load() {
        return Network.load();
    }

    public static LoadedObject inMemory() {
        return Network.inMemory();
    }
}
