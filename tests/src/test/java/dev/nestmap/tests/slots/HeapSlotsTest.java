/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

class HeapSlotsTest extends SlotsContract {
    @Override
    SlottedBpf open() {
        return SlottedBpf.inMemory();
    }
}
