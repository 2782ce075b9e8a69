/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.heap;

import dev.nestmap.runtime.internal.BatchContract;
import dev.nestmap.runtime.internal.MapFactory;

class HeapBatchTest extends BatchContract {
    @Override
    protected MapFactory factory() {
        return new HeapFactory();
    }
}
