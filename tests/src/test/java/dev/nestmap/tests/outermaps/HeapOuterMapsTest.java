/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.outermaps;

class HeapOuterMapsTest extends OuterMapsContract {
    @Override
    UnwindingBpf open() {
        return UnwindingBpf.inMemory();
    }
}
