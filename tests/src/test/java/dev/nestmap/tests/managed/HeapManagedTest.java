/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.managed;

/** Proves {@link ManagedContract} for maps in the Java heap. */
class HeapManagedTest extends ManagedContract {
    @Override
    protected ManagedBpf open() {
        return ManagedBpf.inMemory();
    }
}
