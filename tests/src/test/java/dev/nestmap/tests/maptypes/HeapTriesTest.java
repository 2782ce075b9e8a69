/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

class HeapTriesTest extends TriesContract {
    @Override
    TriesBpf open() {
        return TriesBpf.inMemory();
    }
}
