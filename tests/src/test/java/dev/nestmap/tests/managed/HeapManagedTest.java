/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.managed;

class HeapManagedTest extends ManagedContract {
    @Override
    ManagedBpf open() {
        return ManagedBpf.inMemory();
    }
}
