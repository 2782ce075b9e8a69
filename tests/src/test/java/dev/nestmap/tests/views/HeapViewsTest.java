/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

/** Proves {@link ViewsContract} for maps in the Java heap. */
class HeapViewsTest extends ViewsContract {
    @Override
    protected ViewsBpf open() {
        return ViewsBpf.inMemory();
    }
}
