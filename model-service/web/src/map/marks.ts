// The shapes of points, on the canvas and in the legend: colour alone tells nothing apart.

/** Path data within -1 … 1, of about the same area each. */
export const SHAPES = [
  "M0,-1A1,1 0 1 1 0,1A1,1 0 1 1 0,-1Z",
  "M-0.88,-0.88H0.88V0.88H-0.88Z",
  "M0,-1.15L1.1,0.8H-1.1Z",
  "M0,-1.25L1.25,0L0,1.25L-1.25,0Z",
  "M0,1.15L1.1,-0.8H-1.1Z",
  "M-0.4,-1.15H0.4V-0.4H1.15V0.4H0.4V1.15H-0.4V0.4H-1.15V-0.4H-0.4Z",
  "M-0.55,-1.05H0.55L1.1,0L0.55,1.05H-0.55L-1.1,0Z",
  "M-1.1,-0.55L-0.55,-1.1L0,-0.55L0.55,-1.1L1.1,-0.55L0.55,0L1.1,0.55L0.55,1.1L0,0.55L-0.55,1.1L-1.1,0.55L-0.55,0Z",
];
