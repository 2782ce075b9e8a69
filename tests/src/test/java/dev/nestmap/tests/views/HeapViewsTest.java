/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

class HeapViewsTest extends ViewsContract {
    @Override
    ViewsBpf open() {
        return ViewsBpf.inMemory();
    }
}
