/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

/** Proves {@link SlotsContract} for maps in the Java heap. */
class HeapSlotsTest extends SlotsContract {
    @Override
    protected SlottedBpf open() {
        return SlottedBpf.inMemory();
    }
}
