/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.Nest;

/** Reports failures of an {@link OnDemandServer} to its listener and to the log. */
final class OnDemandFailures {
    private final String name;
    private final Nest nest;
    private final OnDemandServer.Listener<?, ?> listener;

    /**
     * @param name name of the outer map
     * @param nest the outer map
     */
    OnDemandFailures(String name, Nest nest, OnDemandServer.Listener<?, ?> listener) {
        this.name = name;
        this.nest = nest;
        this.listener = listener;
    }

    /** Reports that the inner map of a slot could not be created. */
    void failed(SlotKey slot, Throwable cause) {
        failed(BpfException.of(
                        cause instanceof BpfException known ? known.reason() : Reason.ACTION_FAILED,
                        "creation of an inner map on demand")
                .map(name)
                .key(slot.key())
                .because(cause.toString())
                .cause(cause)
                .build());
    }

    /** Reports whatever has ended a round of the server. */
    void ofRound(Throwable cause) {
        failed(
                cause instanceof RuntimeException known
                        ? known
                        : BpfException.of(Reason.ACTION_FAILED, "serving of requests")
                                .map(name)
                                .because(cause.toString())
                                .cause(cause)
                                .build());
    }

    /** Reports a failure. The log gets no stack trace, because a flood of keys or a database that is down repeats the failure. */
    void failed(RuntimeException failure) {
        nest.noteFailure(failure);
        warn("requests for inner maps of " + name + " are not served: " + failure.getMessage());
        try {
            listener.failed(failure);
        } catch (Throwable e) {
            nest.noteFailure(e);
            warn("the listener to requests for inner maps of " + name + " failed: " + e);
        }
    }

    private void warn(String message) {
        WarningLog.RUNTIME.warn("on-demand map " + name, message);
    }
}
