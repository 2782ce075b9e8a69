/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.outermaps;

/** Proves {@link OuterMapsContract} for maps in the Java heap. */
class HeapOuterMapsTest extends OuterMapsContract {
    @Override
    protected UnwindingBpf open() {
        return UnwindingBpf.inMemory();
    }
}
