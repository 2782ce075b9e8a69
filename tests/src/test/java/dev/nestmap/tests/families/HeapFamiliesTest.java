/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.families;

class HeapFamiliesTest extends FamiliesContract {
    @Override
    UnwindingBpf open() {
        return UnwindingBpf.inMemory();
    }
}
