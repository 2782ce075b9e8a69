/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

/** Proves {@link EntryViewsContract} for maps in the Java heap. */
class HeapEntryViewsTest extends EntryViewsContract {
    @Override
    protected EntryViewsBpf open() {
        return EntryViewsBpf.inMemory();
    }
}
