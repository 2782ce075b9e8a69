/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

class HeapResizedTest extends ResizedContract {
    @Override
    ResizedBpf open() {
        return ResizedBpf.inMemory();
    }
}
