/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.heap.HeapFactory;

class HeapOpenInnerMapsTest extends OpenInnerMapsContract {
    @Override
    MapFactory factory() {
        return new HeapFactory();
    }

    @Override
    int open() {
        return -1;
    }
}
