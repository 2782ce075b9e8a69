/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

/** Proves {@link TriesContract} for maps in the Java heap. */
class HeapTriesTest extends TriesContract {
    @Override
    protected TriesBpf open() {
        return TriesBpf.inMemory();
    }
}
