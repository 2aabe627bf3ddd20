import { join } from "node:path";

/** Where Ceph keeps the bytes. */
export type ObjectBackend = "memstore" | "bluestore";

export interface CephPlace {
  readonly fsid: string;
  readonly directory: string;
  readonly monitorPort: number;
  readonly gatewayPort: number;
  readonly backend: ObjectBackend;
}

const GiB = 2 ** 30;

/** The smallest Ceph there is: one copy of everything, no authentication between its parts, loopback only. */
export function cephConfiguration({ fsid, directory, monitorPort, gatewayPort, backend }: CephPlace): string {
  const below = (name: string) => join(directory, name);
  const sections: Record<string, Record<string, string | number | boolean>> = {
    global: {
      fsid,
      mon_host: `[v2:127.0.0.1:${monitorPort}/0]`,
      public_addr: "127.0.0.1",
      cluster_addr: "127.0.0.1",
      ms_bind_msgr1: false,
      auth_cluster_required: "none",
      auth_service_required: "none",
      auth_client_required: "none",
      ms_mon_client_mode: "crc",
      ms_mon_service_mode: "crc",
      ms_mon_cluster_mode: "crc",
      run_dir: below("run"),
      admin_socket: below("run/$name.$pid.asok"),
      log_file: below("log/$name.log"),
      crash_dir: below("log"),
      osd_pool_default_size: 1,
      osd_pool_default_min_size: 1,
      osd_pool_default_pg_num: 8,
      osd_pool_default_pgp_num: 8,
      osd_pool_default_pg_autoscale_mode: "off",
      rgw_rados_pool_pg_num_min: 8,
      osd_crush_chooseleaf_type: 0,
      mon_allow_pool_size_one: true,
      mon_max_pg_per_osd: 1_000,
      // Decisions of a quorum of one need no waiting.
      paxos_propose_interval: 0.05,
      paxos_min_wait: 0.01,
    },
    mon: { mon_data: below("mon"), mon_cluster_log_file: below("log/cluster.log"), mon_data_avail_crit: 1 },
    osd: {
      osd_data: below("osd"),
      osd_objectstore: backend,
      memstore_device_bytes: 6 * GiB,
      // A sparse file: it takes what is written.
      bluestore_block_size: 40 * GiB,
      osd_memory_target: GiB,
      osd_op_num_shards: 2,
    },
    client: {
      rgw_frontends: `beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1`,
      rgw_data: below("rgw"),
      rgw_thread_pool_size: 64,
      objecter_tick_interval: 1,
      rgw_gc_obj_min_wait: 60,
      rgw_gc_processor_period: 60,
    },
  };
  return Object.entries(sections)
    .flatMap(([section, settings]) => [`[${section}]`, ...Object.entries(settings).map(([k, v]) => `${k} = ${v}`), ""])
    .join("\n");
}
