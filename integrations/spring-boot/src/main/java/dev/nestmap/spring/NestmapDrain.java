/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

/**
 * A bean that drains maps. The starter calls it in intervals ({@code nestmap.drain.every}). The last call is when the application stops, after the
 * programs were detached. No two calls run at the same time. Example:
 *
 * <pre>{@code
 * @Bean
 * NestmapDrain drain(TrafficBpf bpf, MapStore<Long, SentMap, Sent> bill) { // of nestmap-jdbc
 *     return () -> bpf.device().drainAll(bill);
 * }
 * }</pre>
 */
@FunctionalInterface
public interface NestmapDrain {
    /**
     * Drains the maps.
     *
     * @throws Exception if maps can't be drained; they wait for the next call. It is logged, and the health is down until a call succeeds
     */
    void drain() throws Exception;
}
