/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

class HeapKeylessTest extends KeylessContract {
    @Override
    KeylessBpf open() {
        return KeylessBpf.inMemory();
    }
}
