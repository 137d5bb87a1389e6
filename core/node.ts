/** Who a node is among those that share a PostgreSQL; fixed at its first start. */
export type NodeIdentity = {
  /** 0 to 63; part of every id that the node makes. */
  number: number;
  /** Unique over all nodes; part of every segment's name. */
  id: string;
  /** Under which PostgreSQL knows the number. */
  name: string;
};
