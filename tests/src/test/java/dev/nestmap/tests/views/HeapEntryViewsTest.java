/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

class HeapEntryViewsTest extends EntryViewsContract {
    @Override
    EntryViewsBpf open() {
        return EntryViewsBpf.inMemory();
    }
}
