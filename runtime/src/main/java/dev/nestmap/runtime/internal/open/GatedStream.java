/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.StreamOperations;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.observe.OperationListeners;

/** The records of a ring buffer or perf event array, for as long as its handle is valid. */
record GatedStream(OpenMap map) implements StreamOperations {

    @Override
    public int take(OffHeapBlock to) {
        map.enter();
        try {
            return map.raw().stream().take(to);
        } catch (BpfException e) {
            throw OperationListeners.leaving(e);
        } catch (VirtualMachineError e) {
            throw map.failed(e);
        } finally {
            map.gate.exit();
        }
    }

    @Override
    public int takeMany(OffHeapBlock to, int usual) {
        map.enter();
        try {
            return map.raw().stream().takeMany(to, usual);
        } catch (BpfException e) {
            throw OperationListeners.leaving(e);
        } catch (VirtualMachineError e) {
            throw map.failed(e);
        } finally {
            map.gate.exit();
        }
    }

    /** Works after a revocation too: then the map's new owner gets the records. */
    @Override
    public void giveBack(OffHeapBlock from, int at, int end) {
        map.raw().stream().giveBack(from, at, end);
        EventWait.wake(map.raw());
    }

    @Override
    public int put(OffHeapBlock from, int size) {
        return map.whileValid(() -> map.raw().stream().put(from, size));
    }

    @Override
    public StreamOperations.Wait newWait() {
        return map.raw().stream().newWait();
    }

    @Override
    public void openBuffers(int bytesPerCpu) {
        OperationListeners.reporting(() -> {
            map.writing(() -> map.raw().stream().openBuffers(bytesPerCpu));
            return true;
        });
    }

    @Override
    public int bufferSize() {
        return OperationListeners.reporting(
                () -> map.whileValid(() -> map.raw().stream().bufferSize()));
    }

    @Override
    public long takeLost() {
        return OperationListeners.reporting(
                () -> map.whileValid(() -> map.raw().stream().takeLost()));
    }
}
